"""What may stand between two cells of an export's file: the names that forms use, and the words for people."""

#: name → character
DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t", "pipe": "|"}
_NAMES = {character: name for name, character in DELIMITERS.items()}


def delimiter_name(text: str) -> str:
    """The form's name of a delimiter, given as its name or as the character; a comma for any other."""
    return text if text in DELIMITERS else _NAMES.get(text, "comma")


def delimiter_choices() -> list[tuple[str, str]]:
    """The delimiters for a form: each name, and its words with the character where it can be seen."""
    seen = {
        name: f" ({character})" if character.isprintable() else "" for name, character in DELIMITERS.items()
    }
    return [(name, name.capitalize() + sign) for name, sign in seen.items()]


def delimiter_words(character: str) -> str:
    """What people call a delimiter; one without a name stays as it is."""
    return _NAMES[character].capitalize() if character in _NAMES else character


def delimiter_plural(character: str) -> str:
    """Several of a delimiter, as in "separated by commas"; one without a name in quotation marks."""
    return f"{_NAMES[character]}s" if character in _NAMES else f"“{character}”"
