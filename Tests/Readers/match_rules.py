"""What of a request's body does not count: docs/cassette-format.md, "Match rules"."""
import hashlib
import re
from urllib.parse import unquote

from json_tree import Object, canonical, escaped, parsed

PATTERNS = {
    "uuid": r"\b[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}\b",
    "iso-time": r"\b[0-9]{4}-[0-9]{2}-[0-9]{2}"
    r"(?:[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]{1,9})?)?(?:Z|[+-][0-9]{2}:?[0-9]{2})?)?\b",
    "epoch": r"\b[12][0-9]{9}(?:[0-9]{3}){0,3}(?:\.[0-9]{1,9})?\b",
    "hex-id": r"\b(?:0x[0-9A-Fa-f]{6,16}|[0-9a-f]{16}[0-9a-f]*)\b",
    "temp-path": r"\B(?:/private)?(?:/tmp|/var/tmp|/var/folders|/dev/shm)/[0-9A-Za-z._+@~/-]*[0-9A-Za-z_+@~/-]",
}
EXPRESSION_PART = re.compile(
    r"\(\?:|[()|^$.]|\\[bBdwsDWSnrt]|\\[^\w]|\[\^?(?:\\.|[^\]\\\[])+\]"
    r"|(?:[*+?]|\{[0-9]+(?:,[0-9]*)?\})\??|[^\\()\[\]{}*+?|^$.]", re.DOTALL | re.ASCII)
PATH_STEP = re.compile(
    r"(\.\.|\.)([A-Za-z_\x80-\U0010FFFF][0-9A-Za-z_\x80-\U0010FFFF]*)"
    r"|(\.\.)?\[(?:'((?:[^'\\]|\\['\\])*)'|\"((?:[^\"\\]|\\[\"\\])*)\")\]|\[(\*|0|[1-9][0-9]*)\]")
FORM_PARAMETER = re.compile(r';[ \t]*([^=;]*)=(?:"((?:\\["\\]|[^"])*)"?|([^;]*))')
GEMINI_NAMES = """
    allowedFunctionNames anyOf aspectRatio audioTimestamp cachedContent candidateCount codeExecution
    codeExecutionResult displayName dynamicRetrievalConfig dynamicThreshold enableEnhancedCivicAnswers endOffset endTime
    executableCode fileData fileSearch fileSearchStoreNames fileUri frequencyPenalty functionCall functionCallingConfig
    functionDeclarations functionResponse generateContentRequest generationConfig googleMaps googleSearch
    googleSearchRetrieval imageConfig imageSize includeThoughts inlineData languageCode latLng maxItems maxLength
    maxOutputTokens maxProperties mediaResolution metadataFilter mimeType minItems minLength minProperties
    multiSpeakerVoiceConfig outputDimensionality parametersJsonSchema prebuiltVoiceConfig presencePenalty
    propertyOrdering responseJsonSchema responseLogprobs responseMimeType responseModalities responseSchema
    retrievalConfig safetySettings speakerVoiceConfig speakerVoiceConfigs speechConfig startOffset startTime
    stopSequences systemInstruction taskType thinkingBudget thinkingConfig thinkingLevel thoughtSignature
    timeRangeFilter toolConfig topK topP urlContext videoMetadata voiceConfig voiceName willContinue
""".split()
RENAMED = {re.sub("[A-Z]", lambda match: "_" + match[0].lower(), name): name for name in GEMINI_NAMES}
OPAQUE = {"args", "response", "parametersJsonSchema", "responseJsonSchema", "example", "default", "labels"}


class UnknownRule(Exception):
    pass


# What the header says


class Rules:
    """The `match` of a header."""

    def __init__(self, match):
        if match.get("defaults", "1") != "1":
            raise UnknownRule(f"match defaults {match.get('defaults')}")
        only(match, {"defaults", "ignore", "mask", "alias"})
        self.ignore = [path_of(text) for text in match.get("ignore", [])]
        if [] in self.ignore:
            raise UnknownRule("a rule that ignores the whole body")
        self.mask, self.alias = [], []
        for mask in match.get("mask", []):
            only(mask, {"path", "pattern", "as"})
            self.mask.append((optional_path(mask), pattern_of(mask.get("pattern")), given_text(mask.get("as"))))
        for alias in match.get("alias", []):
            only(alias, {"path", "pattern"})
            self.alias.append((optional_path(alias), pattern_of(alias.get("pattern"))))


def only(mapping, names):
    if not isinstance(mapping, Object):
        raise UnknownRule("a rule must be a mapping")
    for name, _ in mapping:
        if name not in names:
            raise UnknownRule(f"the match rule '{name}'")


def given_text(text):
    if not isinstance(text, str):
        raise UnknownRule("a mask without the text that takes its place")
    return text


def pattern_of(text):
    if text in PATTERNS:
        return re.compile(PATTERNS[text], re.ASCII)
    if not isinstance(text, str) or not text.startswith("regex:"):
        raise UnknownRule(f"the pattern '{text}'")
    rest = expression = text.removeprefix("regex:").removeprefix(" ")
    parts = []
    while rest:
        part = EXPRESSION_PART.match(rest)
        if not part:
            raise UnknownRule(f"the expression '{expression}'")
        parts.append(r"\Z" if part[0] == "$" else part[0])
        rest = rest[part.end() :]
    try:
        pattern = re.compile("".join(parts), re.ASCII)
    except re.error as error:
        raise UnknownRule(f"the expression '{expression}': {error}") from None
    if pattern.fullmatch(""):
        raise UnknownRule(f"the expression '{expression}' fits an empty text")
    return pattern


def optional_path(rule):
    return None if rule.get("path") is None else path_of(rule.get("path"))


def path_of(text):
    """A path as a list of steps: a kind (member, item, all, anywhere, token) and a name or index."""
    if text.startswith("/"):
        if re.search("~(?![01])", text):
            raise UnknownRule(f"the place '{text}'")
        return [("token", token.replace("~1", "/").replace("~0", "~")) for token in text[1:].split("/")]
    if not text.startswith("$"):
        raise UnknownRule(f"the place '{text}'")
    steps, position = [], 1
    while position < len(text):
        step = PATH_STEP.match(text, position)
        if not step:
            raise UnknownRule(f"the place '{text}'")
        dots, word, deep, single, double, item = step.groups()
        if word is not None:
            steps.append(("anywhere" if dots == ".." else "member", word))
        elif item is not None:
            steps.append(("all", None) if item == "*" else ("item", int(item)))
        else:
            quoted = single if single is not None else double
            steps.append(("anywhere" if deep else "member", re.sub(r"\\(.)", r"\1", quoted)))
        position = step.end()
    return steps


# What does not count


def keyed_body(body, service, operation, rules):
    """The bytes that stand for a body in its key."""
    try:
        value, prefix = defaults_applied(parsed(body), service, operation), b""
        canonical(value)
    except (ValueError, RecursionError):
        value, prefix = multipart(body), b"multipart/form-data\n"
        if value is None:
            return body
    for path in rules.ignore:
        value = without(value, path, {0})
    for path, pattern, replacement in rules.mask:
        value = replaced(value, path, {0}, pattern, lambda _: replacement)
    ids = {}
    for path, pattern in rules.alias:
        value = replaced(value, path, {0}, pattern, lambda match: f"<id-{ids.setdefault(match[0], len(ids) + 1)}>")
    return prefix + canonical(value).encode()


def defaults_applied(value, service, operation):
    """The protocol defaults, version 1."""
    if service == "gemini":
        value = renamed(value, "ours") if no_name_twice(renamed(value, "ours")) else value
    if not isinstance(value, Object) or service == "http":
        return value
    omitted = {"openai": ["prompt_cache_key"], "azure": ["prompt_cache_key"], "hopx": ["callback_url"]}.get(service, [])
    path = operation.partition(" ")[2].partition("?")[0] if service == "hopx" else None
    if path == "/v1/templates/files/upload-link":
        omitted = [*omitted, "files_hash", "content_length"]
    members = Object()
    for name, member in value:
        if name == "stream_options" and service in ("openai", "azure") and isinstance(member, Object):
            member = Object(pair for pair in member if pair[0] != "include_obfuscation")
            if not member:
                continue
        if name == "steps" and path == "/v1/templates/build" and isinstance(member, list):
            member = [
                Object(pair for pair in item if pair[0] != "filesHash") if isinstance(item, Object) else item
                for item in member]
        if name in omitted or (member is None and service != "hopx"):
            continue
        if name == "model" and service == "azure" and isinstance(member, str) and member == deployment(operation):
            continue
        members.append((name, member))
    return members


def deployment(operation):
    found = re.search(r"/openai/deployments/([^/]*)/", operation)
    return unquote(found[1]) if found else None


def renamed(value, owner):
    if isinstance(value, Object):
        members = Object()
        for name, member in value:
            name = RENAMED.get(name, name) if owner == "ours" else name
            below = owner
            if owner == "ours":
                below = "others" if name in OPAQUE else "own names" if name == "properties" else "ours"
            elif owner == "own names":
                below = "ours"
            members.append((name, renamed(member, below)))
        return members
    return [renamed(item, owner) for item in value] if isinstance(value, list) else value


def no_name_twice(value):
    if isinstance(value, Object):
        names = [name for name, _ in value]
        return len(set(names)) == len(names) and all(no_name_twice(member) for _, member in value)
    return all(no_name_twice(item) for item in value) if isinstance(value, list) else True


def followed(path, reached, key):
    """The numbers of the steps that may come next, inside the member or item `key`."""
    found = set()
    for number in reached:
        if number == len(path):
            continue
        kind, wanted = path[number]
        if kind == "anywhere":
            found.add(number)
        if isinstance(key, int):
            fits = kind == "all" or (kind == "item" and wanted == key) or (kind == "token" and wanted == str(key))
        else:
            fits = kind == "all" or (kind in ("member", "anywhere", "token") and wanted == key)
        if fits:
            found.add(number + 1)
    return found


def without(value, path, reached):
    """The value without the places that a path names."""

    def kept(pairs):
        for key, child in pairs:
            below = followed(path, reached, key)
            if len(path) not in below:
                yield key, without(child, path, below)

    if isinstance(value, Object):
        return Object(kept(value))
    return [child for _, child in kept(enumerate(value))] if isinstance(value, list) else value


def replaced(value, path, reached, pattern, replacement):
    """The value with a pattern replaced in its texts, at the places of a path and below; in canonical order."""
    if reached is not None and (path is None or len(path) in reached):
        reached = None
    if isinstance(value, Object):
        members = sorted(value, key=lambda pair: escaped(pair[0], short=False)[1:-1].encode())
        return Object(
            (name, replaced(member, path, reached if reached is None else followed(path, reached, name), pattern, replacement))
            for name, member in members)
    if isinstance(value, list):
        return [
            replaced(item, path, reached if reached is None else followed(path, reached, index), pattern, replacement)
            for index, item in enumerate(value)]
    if type(value) is str and reached is None:
        return pattern.sub(replacement, value)
    return value


# Forms


def multipart(body):
    """The parts of a form, or None for anything else."""
    start = re.match(rb"(--[\x20-\x7e]{1,70})\r\n", body)
    if not start:
        return None
    delimiter, position, parts = start[1], len(start[1]), []
    while body.startswith(b"\r\n", position):
        end = body.find(b"\r\n" + delimiter, position + 2)
        part = form_part(body[position + 2 : end]) if end >= 0 else None
        if part is None:
            return None
        parts.append(part)
        position = end + 2 + len(delimiter)
    return parts if body[position:] in (b"--", b"--\r\n") else None


def form_part(text):
    header, empty, content = text.partition(b"\r\n\r\n")
    found = {}
    for line in header.split(b"\r\n"):
        try:
            name, colon, value = line.decode().partition(":")
        except UnicodeDecodeError:
            return None
        if not colon:
            return None
        value = value.lstrip(" \t")
        if name.lower() == "content-disposition":
            if not value.lower().startswith("form-data"):
                return None
            for key, quoted, plain in FORM_PARAMETER.findall(value):
                if key.lower() in ("name", "filename"):
                    found.setdefault(key.lower(), re.sub(r'\\(["\\])', r"\1", quoted) or plain)
        elif name.lower() == "content-type":
            found["type"] = value
    if not empty or "name" not in found:
        return None
    found["sha256"] = hashlib.sha256(content).hexdigest()
    return Object(sorted(found.items()))
