"""The request feed of a site into a file, as the vendor's scripts in Python fetch it."""

import json
import sys

import requests

url, path = sys.argv[1:]
headers = {"x-api-user": "somebody@example.com", "x-api-token": "token", "Content-Type": "application/json"}
root = url.removesuffix("/api/v0")
page = f"{url}/corps/acme/sites/www/feed/requests?from=1738312200&until=1738315800"
count = 0
with open(path, "w") as file:
    while page:
        response = requests.get(page, headers=headers)
        response.raise_for_status()
        body = json.loads(response.text)
        for request in body["data"]:
            file.write(json.dumps(request) + "\n")
            count += 1
        page = root + body["next"]["uri"] if body["next"]["uri"] else None
print(count)
