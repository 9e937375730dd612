"""The words of this area's audit verbs and facts."""

LABELS = {
    "cover.start": "请人代办",
    "cover.end": "收回代办",
    "cover.lapse": "代办到期",
}
WORDS = {"in_place_of": "代谁办理", "stand_in": "代办人", "from_on": "从", "until_on": "到"}
