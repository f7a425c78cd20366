def migrate(cr, _version):
    """Who was called and told so far is known to have been."""
    cr.execute(
        "UPDATE ozel_kalem_engagement_attendee AS a SET is_called = TRUE"
        "  FROM ozel_kalem_call AS c"
        " WHERE c.id = a.call_id AND c.state <> 'call_back' AND a.method <> 'cancel'"
        "   AND a.is_told IS NOT TRUE"
    )
