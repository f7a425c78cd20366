"""People, units and samples that the module's tests share."""

from datetime import timedelta
from itertools import count

from odoo import fields
from odoo.fields import Command
from odoo.tests import TransactionCase, new_test_user

ROLES = {
    "secretary": "ozel_kalem.group_secretary",
    "public_relations": "ozel_kalem.group_public_relations",
    "protocol": "ozel_kalem.group_protocol",
    "registrar": "ozel_kalem.group_registry",
    "director": "ozel_kalem.group_director",
    "principal_user": "ozel_kalem.group_principal",
    "liaison": "ozel_kalem.group_unit_liaison",
    "manager": "ozel_kalem.group_manager",
    "employee": "base.group_user",
    "deputy": "base.group_user",
    "portal": "base.group_portal",
}
QUIET = {
    "tracking_disable": True,
    "no_reset_password": True,
    "mail_create_nosubscribe": True,
    "mail_create_nolog": True,
}
# What a sample needs although no single field of it is required.
ALSO_NEEDED = {
    "ozel_kalem.referral": ("department_id",),
    "ozel_kalem.visit": ("visitor_name",),
    "ozel_kalem.call": ("caller_name",),
    "ozel_kalem.statistics.schedule": ("user_id", "table_ids", "recipient_ids"),
}
# Of which there is only one of a company and year.
ONE_A_YEAR = "ozel_kalem.activity.report"
SOURCE_MODEL = "ozel_kalem.instruction"
_number = count(1)


def our_models(registry, mixin=None, transient=None):
    """Names of our concrete models, of those that inherit ``mixin`` if given."""
    names = registry.descendants([mixin], "_inherit") if mixin else registry.keys()
    return sorted(
        name
        for name in names
        if name.startswith("ozel_kalem.")
        and not registry[name]._abstract
        and transient in (None, bool(registry[name]._transient))
    )


class OzelKalemCase(TransactionCase):
    """An office with one user for each role, a principal and three units.

    Its environment is quiet: no tracking, no mail. Tests about messages take
    ``quiet = False``.
    """

    quiet = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        loud = cls.env
        cls.env = cls.env(context={**cls.env.context, **QUIET})
        for role, group in ROLES.items():
            setattr(cls, role, cls.new_user(role, group))
        cls.company = cls.env.company
        cls.office = cls.env["ozel_kalem.office"]._for(cls.company.id)
        cls._create_units()
        cls.principal = cls.env["ozel_kalem.principal"].create(
            {"name": "Mayor", "partner_id": cls.principal_user.partner_id.id}
        )
        cls.office.principal_id = cls.principal
        cls.citizen = cls.env["res.partner"].create(
            {"name": "Ayşe Yılmaz", "phone": "0212 555 00 01"}
        )
        cls.samples = {
            "res.company": cls.company,
            "res.partner": cls.citizen,
            "res.users": cls.director,
            "hr.department": cls.unit,
            "hr.employee": cls.deputy_employee,
            "ozel_kalem.principal": cls.principal,
            "ozel_kalem.statistics.table": cls.env.ref(
                "ozel_kalem.statistics_table_R01"
            ),
        }
        if not cls.quiet:
            cls.env = loud
            for name in ("office", "unit", "sub_unit", "other_unit", "principal"):
                setattr(cls, name, getattr(cls, name).with_env(cls.env))

    @classmethod
    def _create_units(cls):
        Department, Employee = cls.env["hr.department"], cls.env["hr.employee"]
        cls.unit = Department.create({"name": "Fen İşleri Müdürlüğü"})
        cls.sub_unit = Department.create(
            {"name": "Yol Şefliği", "parent_id": cls.unit.id}
        )
        cls.other_unit = Department.create({"name": "Park ve Bahçeler Müdürlüğü"})
        Employee.create(
            {
                "name": cls.liaison.name,
                "user_id": cls.liaison.id,
                "department_id": cls.unit.id,
            }
        )
        cls.deputy_employee = Employee.create(
            {"name": cls.deputy.name, "user_id": cls.deputy.id}
        )

    @classmethod
    def new_user(cls, role, group="base.group_user", **values):
        """A user ``ok_<role>`` whose groups are the one named."""
        return new_test_user(
            cls.env,
            f"ok_{role}",
            group,
            name=f"Test {role.replace('_', ' ').title()}",
            email=f"{role}@ok.example.com",
            **values,
        )

    @classmethod
    def make(cls, model, **values):
        """Create a sample of any model from its required fields.

        :param model: name, or a model in the environment that is to create it
        """
        Model = cls.env[model] if isinstance(model, str) else model
        return Model.create(cls.sample_values(Model, **values))

    @classmethod
    def sample_values(cls, Model, **values):
        """``values`` and what else ``Model`` needs to be created."""
        needed = [
            name
            for name, field in Model._fields.items()
            if field.required
            and field.store
            and not field.compute
            and not field.related
            and name not in values
        ]
        needed = [name for name in needed if name not in Model.default_get(needed)]
        also = [name for name in ALSO_NEEDED.get(Model._name, ()) if name not in values]
        if Model._name == "ozel_kalem.referral" and "institution_id" in values:
            also.remove("department_id")
        sample = dict(values)
        if Model._name == ONE_A_YEAR:
            sample.setdefault("year", 2000 + next(_number) % 101)
        for name in (*needed, *also):
            if name not in sample:
                sample.update(cls._sample_value(Model, name, sample))
        return sample

    @classmethod
    def _sample_value(cls, Model, name, sample):
        field = Model._fields[name]
        reference = next(
            (
                other
                for other in Model._fields.values()
                if other.type == "many2one_reference"
                and name in (other.name, other.model_field)
            ),
            None,
        )
        if reference:
            model = sample.get(reference.model_field, SOURCE_MODEL)
            source = cls.make(model)
            return {reference.model_field: model, reference.name: source.id}
        return {name: cls.plain_value(Model, field)}

    @classmethod
    def plain_value(cls, Model, field):
        """A value that fits ``field``; later dates for fields declared later."""
        number = next(_number)
        if field.type in ("char", "text", "html"):
            return f"{field.name} {number}"
        if field.type == "date":
            return fields.Date.today() + timedelta(days=number)
        if field.type == "datetime":
            return fields.Datetime.now() + timedelta(days=number)
        if field.type in ("integer", "float", "monetary"):
            return 1
        if field.type == "boolean":
            return True
        if field.type == "selection":
            return field.get_values(Model.env)[0]
        if field.type in ("many2one", "many2many"):
            record = cls._sample_record(field.comodel_name)
            many = [Command.set(record.ids)]
            return record.id if field.type == "many2one" else many
        raise NotImplementedError(f"No sample value for {field}: add it here.")

    @classmethod
    def _sample_record(cls, model):
        if model in cls.samples:
            return cls.samples[model]
        if model.startswith("ozel_kalem."):
            return cls.make(model)
        return cls.env[model].search([], limit=1)

    # ------------------------------------------------------------ assertions

    def assertHidden(self, record, user):
        """``user`` neither finds nor reads ``record``."""
        record.env.invalidate_all()
        mine = record.with_user(user)
        if mine.browse().has_access("read"):
            found = mine.with_context(active_test=False).search(
                [("id", "in", record.ids)]
            )
            self.assertFalse(found, f"{user.name} finds {record}")
        self.assertFalse(mine.has_access("read"), f"{user.name} reads {record}")

    def assertVisible(self, record, user):
        """``user`` finds and reads every one of ``record``."""
        record.env.invalidate_all()
        mine = record.with_user(user)
        self.assertEqual(mine.search([("id", "in", record.ids)]), record)
        self.assertTrue(mine.read(["display_name"]))

    def flush(self):
        """Write what is pending, tracking messages included, and forget the cache."""
        self.env.flush_all()
        self.env.cr.precommit.run()
        self.env.invalidate_all()
