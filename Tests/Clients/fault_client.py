"""The openai SDK and faults: what it does about each, and that the verdict says the same."""
import http.client
import json
from urllib.parse import urlsplit

import openai

from harness import PROJECT, TIMEOUT, main, serving
from openai_client import Client, STORY, first_exchange

STREAMING = PROJECT / "Tests" / "Clients" / "cassettes" / "streaming.yaml"


def control(server, method, call, body=None):
    """A call of the control API, which is beside the services' own paths."""
    base = urlsplit(server.exports["OPENAI_BASE_URL"])
    connection = http.client.HTTPConnection(base.hostname, base.port, timeout=TIMEOUT)
    try:
        connection.request(method, f"/_understudy/{call}", body=json.dumps(body) if body else None)
        response = connection.getresponse()
        content = response.read()
        assert response.status == 200, f"{response.status}: {content}"
        return json.loads(content)
    finally:
        connection.close()


def add(server, **fault):
    control(server, "POST", "faults", fault)


def reactions(server, *names):
    """The rows, one for each reaction named."""
    rows = control(server, "GET", "verdict")
    assert [row["reaction"] for row in rows] == list(names), f"{rows}"
    return rows


def a_rate_limits_wait_is_obeyed():
    body, _ = first_exchange()
    with serving(STORY) as server, Client(server) as client:
        add(server, kind="rate_limit", retry_after=0.3)
        client.chat.completions.create(**body)
        assert len(client.sent) == 2, f"sent {len(client.sent)}"
        [row] = reactions(server, "retried")
        assert row["fault"] == "rate_limit" and row["status"] == 429 and row["recovered"], f"{row}"
        assert row["retry_after"] == 0.3 and row["obeyed_retry_after"] is True, f"{row}"


def server_errors_are_retried_twice_then_raised():
    body, _ = first_exchange()
    with serving(STORY) as server, Client(server) as client:
        add(server, kind="server_error", times=3)
        try:
            client.chat.completions.create(**body)
            raise AssertionError("answered in spite of three errors")
        except openai.InternalServerError as error:
            assert error.status_code == 500 and "asked for" in str(error), f"{error}"
        assert len(client.sent) == 3, f"sent {len(client.sent)}"
        rows = reactions(server, "retried", "retried", "gave_up")
        assert [row["retries"] for row in rows] == [2, 1, 0], f"{rows}"
        assert rows[1]["backed_off"] is True and not rows[0]["recovered"], f"{rows}"


def a_reset_is_a_connection_error():
    body, _ = first_exchange()
    with serving(STORY) as server, Client(server) as client:
        client.max_retries = 0
        add(server, kind="reset")
        try:
            client.chat.completions.create(**body)
            raise AssertionError("answered over a connection that was reset")
        except openai.APIConnectionError as error:
            assert not isinstance(error, openai.APITimeoutError), f"{error!r}"
        reactions(server, "gave_up")


def a_time_out_is_one():
    body, _ = first_exchange()
    with serving(STORY) as server, Client(server) as client:
        client.max_retries = 0
        add(server, kind="timeout")
        try:
            client.chat.completions.create(**body, timeout=0.3)
            raise AssertionError("answered by a service that says nothing")
        except openai.APITimeoutError:
            pass
        client.chat.completions.create(**body)
        [row] = reactions(server, "retried")
        assert row["fault"] == "timeout" and row["recovered"], f"{row}"


def a_clean_truncation_is_taken_for_an_answer():
    body, _ = first_exchange(STREAMING)
    with serving(STREAMING) as server, Client(server) as client:
        add(server, kind="truncated", after_events=3)
        text = "".join(
            chunk.choices[0].delta.content or "" for chunk in client.chat.completions.create(**body) if chunk.choices)
        assert text, "no text came"
        [row] = reactions(server, "accepted")
        assert row["fault"] == "truncated" and not row["recovered"], f"{row}"
        # Said again in a later request, it is accepted for good, even if the question comes again.
        further = body | {"messages": [*body["messages"], {"role": "assistant", "content": text}]}
        try:
            client.chat.completions.create(**further)
        except openai.UnprocessableEntityError:
            pass
        for _ in client.chat.completions.create(**body):
            pass
        reactions(server, "accepted")
    assert server.exit_code == 1, "the request that went on was never recorded"


def an_empty_answer_has_no_choices():
    body, _ = first_exchange()
    with serving(STORY) as server, Client(server) as client:
        add(server, kind="empty")
        assert client.chat.completions.create(**body).choices == []


def another_model_is_a_fallback():
    body, _ = first_exchange()
    with serving(STORY) as server, Client(server) as client:
        client.max_retries = 0
        add(server, kind="overloaded", model=body["model"])
        for model in ("first", body["model"], "other"):
            try:
                client.chat.completions.create(**body | {"model": model})
            except openai.APIStatusError:
                pass
        [row] = reactions(server, "fell_back")
        assert row["fallback"] == "other" and row["status"] == 503, f"{row}"


if __name__ == "__main__":
    main(
        a_rate_limits_wait_is_obeyed, server_errors_are_retried_twice_then_raised, a_reset_is_a_connection_error,
        a_time_out_is_one, a_clean_truncation_is_taken_for_an_answer, an_empty_answer_has_no_choices,
        another_model_is_a_fallback)
