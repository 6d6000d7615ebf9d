"""Documents of which several test scripts, perhaps at the same time, write a section each."""
import fcntl
import re


def write_section(path, heading, text):
    """Puts the text in the place of the section of this heading, or at the end; without a heading, at the beginning."""
    with open(path, "r+", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        parts = re.split(r"(?m)^(?=## )", file.read())
        begins = f"## {heading}\n"
        place = next((n for n, part in enumerate(parts) if heading and part.startswith(begins)), None if heading else 0)
        if place is None:
            parts.append("")
            place = len(parts) - 1
        parts[place] = (begins + "\n" if heading else "") + text.strip("\n") + "\n"
        file.seek(0)
        file.truncate()
        file.write("\n".join(part.strip("\n") + "\n" for part in parts))
