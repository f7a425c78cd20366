from . import citizen, citizen_portal, edition, invitation, sheet, webcal
