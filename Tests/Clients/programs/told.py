"""One line of JSON for each value that a client returned, or for the error that it raised."""
import json


def tell(name, value):
    print(json.dumps({name: plain(value)}, ensure_ascii=True), flush=True)


def tell_error(name, errors, call):
    """Tells what `call` raised, which has to be one of `errors`."""
    try:
        value = call()
    except errors as error:
        facts = {"raised": type(error).__name__}
        for fact in ("status_code", "code", "status", "type", "param", "body", "details"):
            facts[fact] = plain(getattr(error, fact, None))
        tell(name, facts)
    else:
        raise AssertionError(f"{name} raised nothing: {value!r}")


def plain(value):
    """The value as JSON has it: of a model, the members that came over the wire."""
    if hasattr(value, "model_dump"):
        # What google-genai keeps of the head of a response has the day and the cookies.
        return value.model_dump(mode="json", exclude_unset=True, warnings=False, exclude={"sdk_http_response"})
    if isinstance(value, dict):
        return {name: plain(member) for name, member in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if value is None or isinstance(value, (str, int, float, bool)):
        return value
    return repr(value)
