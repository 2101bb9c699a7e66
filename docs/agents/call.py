"""What an agent's loop needs of Sallyport: propose a call, wait for its end, give the model one text."""
import json
import os
import sys
import time
import urllib.error
import urllib.request
import uuid

URL, TOKEN = os.environ["SALLYPORT_URL"], os.environ["SALLYPORT_TOKEN"]


def ask(path, body=None, headers={}):
    data = None if body is None else json.dumps(body).encode()
    headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json", **headers}
    try:
        with urllib.request.urlopen(urllib.request.Request(URL + path, data, headers)) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as refused:
        if refused.code in (429, 503):  # the call is not decided by this: come again with the same key
            time.sleep(int(refused.headers.get("Retry-After", 5)))
            return ask(path, body, headers)
        problem = json.load(refused)
        return {"state": {"phase": "done", "outcome": "malformed", "code": problem["code"]}, "detail": problem["detail"]}


def call(tool, arguments):
    # The key makes it safe to send the same call again when the connection breaks.
    once = {"Idempotency-Key": str(uuid.uuid4()), "Prefer": "wait=30"}
    answer = ask("/v1/proposals", {"tool": tool, "arguments": arguments}, once)
    while answer["state"]["phase"] != "done":  # a person is asked, or it queues
        answer = ask(f"/v1/proposals/{answer['proposal_id']}?wait=30")
    state, result = answer["state"], answer.get("result", {})
    if state["outcome"] == "succeeded":
        return result.get("stdout") or json.dumps(result.get("value"))
    said = answer.get("message") or answer.get("detail", "")  # one sentence for the model
    return f"{state['outcome']} {state['code']} {said} {result.get('stderr', '')}".strip()


if __name__ == "__main__":
    print(call("process.run", {"executable": sys.argv[1], "args": sys.argv[2:]}))
