"""Examples at the foot of a help text: each is a command that works as it stands, but for ID and TOKEN."""


def examples(*commands: str) -> str:
    """Spell examples, each without the name of the program, as a list in Markdown."""
    return "\n".join(["Examples:", "", *(f"- snipcart {command}" for command in commands)])
