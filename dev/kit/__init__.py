"""Sets up and drives an Odoo 19 environment for this checkout (standard library only)."""
