REQUEST_TYPES = [
    ("request", "Demand"),
    ("complaint", "Complaint"),
    ("wish", "Wish"),
    ("suggestion", "Suggestion"),
    ("aid", "Aid"),
    ("information", "Information request"),
    ("thanks", "Thanks"),
]
LEGAL_GROUNDS = [
    ("3071", "Petition (3071)"),
    ("4982", "Right to information (4982)"),
    ("6698", "Personal data (6698)"),
    ("verbal", "Spoken"),
]
# The clock of each legal ground, by the code of its service standard.
STANDARD_CODES = {
    "3071": "DIL-CEVAP",
    "4982": "BE-15",
    "6698": "KVKK-BASVURU",
    "verbal": "HS-04",
}
# What is written down by the citizen himself is a petition; the rest is spoken.
WRITTEN_CHANNELS = ("letter", "email", "web", "cimer")
RESULTS = [
    ("positive", "Positive"),
    ("partial", "Partly positive"),
    ("negative", "Negative"),
    ("informed", "Informed"),
]
REFUSAL_GROUNDS = [
    ("subject", "No definite subject (3071 art. 6)"),
    ("judicial", "A matter of the courts (3071 art. 6)"),
    ("unsigned", "No name, signature or address (3071 art. 4, 6)"),
    ("other", "Another ground"),
]
