from odoo import fields
from odoo.fields import Domain

LIST_LIMIT = 100


class Sight:
    """What the reader's own rules let through, one query for each model.

    Record rules ask which delegations are in force and which seals the reader
    opened, anew for each model. A board asks once and puts the answers in.
    """

    def __init__(self, env):
        self.env = env
        self.acting_ids = env["ozel_kalem.principal"]._acting_ids()
        visit = env["ozel_kalem.visit"]
        self.sees_all = visit._has_full_access()
        # the same on every record of a principal
        self._named = visit._named_domain(self.acting_ids)
        self._opened = {} if self.sees_all else self._opened_seals()

    def _opened_seals(self):
        # sudo: the reader's own grants, which he can't list himself
        grants = self.env["ozel_kalem.access.grant"].sudo()
        opened = {}
        for grant in grants.search_fetch(
            [
                ("user_id", "=", self.env.uid),
                ("expires_on", ">", fields.Datetime.now()),
            ],
            ["res_model", "res_id"],
        ):
            opened.setdefault(grant.res_model, []).append(grant.res_id)
        return opened

    def rule(self, name):
        """The reader's record rules on the model ``name``, as a domain."""

        def answered(condition):
            if condition.field_expr == "is_acting_mine":
                return Domain("principal_id", "in", self.acting_ids)
            if condition.field_expr == "is_accessible":
                return self._named | Domain("id", "in", self._opened.get(name, []))
            return condition

        return (
            self.env["ir.rule"]._compute_domain(name, "read").map_conditions(answered)
        )

    def find(self, name, domain, field_names, order, limit=LIST_LIMIT):
        """Records (sudo) of the model ``name`` that the reader may read.

        :param field_names: what is read of them, separated by spaces
        """
        Model = self.env[name]
        # sudo: the rules stand in the domain
        found = Model.sudo()
        if not Model.has_access("read"):
            return found
        return found.search_fetch(
            Domain(domain) & self.rule(name),
            field_names.split(),
            order=order,
            limit=limit,
        )

    def count(self, name, domain):
        """How many records of the model ``name`` the reader may read."""
        Model = self.env[name]
        if not Model.has_access("read"):
            return 0
        # sudo: the rules stand in the domain
        return Model.sudo().search_count(Domain(domain) & self.rule(name))
