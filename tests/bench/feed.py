"""The request feed of a site into a file, as the vendor's own programs in Python fetch it.

`client` does what SigSci.py --feed2 of signalsciences/SigSciApiPy does (commit 1cf3feaeae93): a call
of `requests.get` for each page, json.loads of its text, and json.dumps of each request, printed.

`add-on` does what the add-on for Splunk in fastly/sigsci-splunk-app does (commit 7b5b3e38e2ba): ids
are remembered in a list, headers become objects, and all requests are kept until the last page has
come. Where Splunk takes them, they are written to the file here.

Neither waits for the disk, and neither knows how far it was when it is started again.
"""

import json
import sys
from urllib.parse import parse_qs

import requests

SITE = "/corps/acme/sites/www/feed/requests"
PERIOD = "from=1738312200&until=1738315800"
HEADERS = {"x-api-user": "somebody@example.com", "x-api-token": "token", "Content-Type": "application/json"}


def client(api, file):
    url = f"{api}{SITE}?{PERIOD}"
    while url:
        page = json.loads(requests.get(url, headers=HEADERS).text)
        if "message" in page:
            raise ValueError(page["message"])
        for request in page["data"]:
            print("%s" % json.dumps(request), file=file)
        link = page["next"]["uri"].strip()
        url = api.removesuffix("/api/v0") + link if link else None


def add_on(api, file):
    url = f"{api}{SITE}?limit=1000&{PERIOD}"
    method, payload, headers, ids, events = "GET", None, dict(HEADERS), [], []
    while True:
        response = requests.request(method, url, headers=headers, data=payload, timeout=(60, 60))
        page = json.loads(response.text)
        for request in page["data"]:
            if request["id"] in ids:
                continue
            ids.append(request["id"])
            for member in "headersOut", "headersIn":
                if request.get(member) is not None:
                    request[member] = [{header[0]: header[1]} for header in request[member]]
            events.append(json.dumps(request))
        link = page["next"]["uri"]
        if not link:
            break
        url, method = url.split("&", 1)[0], "POST"
        headers["content-type"] = "application/x-www-form-urlencoded"
        payload = "next=" + parse_qs(link.split("?", 1)[1])["next"][0]
    for event in events:
        print(event, file=file)


ways = {"client": client, "add-on": add_on}
_, way, address, path = sys.argv
with open(path, "w") as file:
    ways[way](address, file)
