from ..common import OzelKalemCase


class CitizensCase(OzelKalemCase):
    """An office with a topic, a neighbourhood and a request of Ayşe Yılmaz."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.aid_officer = cls.new_user("aid_officer", "ozel_kalem.group_aid")
        cls.topic = cls.env["ozel_kalem.topic"].create(
            {"name": "Kaldırım", "department_id": cls.unit.id}
        )
        cls.neighbourhood = cls.env["ozel_kalem.neighbourhood"].create(
            {"name": "Çınarlı"}
        )
        cls.citizen.email = "ayse@citizens.example.com"
        cls.institution = cls.env["res.partner"].create(
            {"name": "Su İdaresi", "is_company": True, "email": "su@idare.example.com"}
        )
        cls.request = cls.new_request()

    @classmethod
    def new_request(cls, **values):
        """A request as public relations registers it from a petition."""
        return (
            cls.env["ozel_kalem.request"]
            .with_user(cls.public_relations)
            .create(
                {
                    "partner_id": cls.citizen.id,
                    "subject": "Kaldırım çöktü",
                    "request_type": "complaint",
                    "channel": "letter",
                    **values,
                }
            )
        )

    def refer(self, request=None, units=None):
        """Refer to units; the referrals come back in the order of the units."""
        request = request or self.request
        ids = request.action_refer((units or self.unit).ids, "Bakınız")
        return self.env["ozel_kalem.referral"].browse(ids)

    def tell(self, request=None, channel="phone"):
        """A notice that the citizen got."""
        request = request or self.request
        notice = (
            self.env["ozel_kalem.notice"]
            .with_user(self.public_relations)
            .create(
                {
                    "res_model": request._name,
                    "res_id": request.id,
                    "partner_id": request.partner_id.id,
                    "channel": channel,
                }
            )
        )
        return notice
