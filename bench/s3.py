"""The few S3 requests with which the benchmark looks after each run, signed by hand (Signature Version 4)."""

import datetime
import hashlib
import hmac
import http.client
import os
import re
import urllib.parse

EMPTY = hashlib.sha256(b"").hexdigest()


class Bucket:
    """A bucket of the server that the environment names; it is made when it is first used."""

    def __init__(self, name):
        self.name = name
        self.endpoint = os.environ["BENCH_S3"]
        self.host = urllib.parse.urlsplit(self.endpoint).netloc
        self._request("PUT", "")

    def sizes(self):
        """The bytes of each object, by key."""
        listing = self._request("GET", "", query="list-type=2").decode()
        keys = re.findall(r"<Key>([^<]+)</Key>", listing)
        return dict(zip(keys, map(int, re.findall(r"<Size>(\d+)</Size>", listing))))

    def get(self, key):
        return self._request("GET", key)

    def put(self, key, content):
        self._request("PUT", key, content)

    def empty(self):
        for key in self.sizes():
            self._request("DELETE", key)

    def _request(self, method, key, content=b"", query=""):
        path = "/" + self.name + ("/" + urllib.parse.quote(key) if key else "")
        digest = hashlib.sha256(content).hexdigest() if content else EMPTY
        moment = datetime.datetime.now(datetime.timezone.utc).strftime("%Y%m%dT%H%M%SZ")
        headers = {"host": self.host, "x-amz-content-sha256": digest, "x-amz-date": moment}
        headers["Authorization"] = self._authorization(method, path, query, headers)
        connection = http.client.HTTPConnection(self.host, timeout=600)
        try:
            connection.request(method, path + ("?" + query if query else ""), content or None, headers)
            answer = connection.getresponse()
            body = answer.read()
        finally:
            connection.close()
        if answer.status not in (200, 204):
            raise RuntimeError(f"{method} {path}?{query} was answered {answer.status}: {body.decode(errors='replace')}")
        return body

    @staticmethod
    def _authorization(method, path, query, headers):
        names = ";".join(sorted(headers))
        lines = [method, path, query, *(f"{name}:{headers[name]}" for name in sorted(headers)), "", names]
        canonical = "\n".join([*lines, headers["x-amz-content-sha256"]])
        moment = headers["x-amz-date"]
        scope = f"{moment[:8]}/{os.environ['AWS_REGION']}/s3/aws4_request"
        key = b"AWS4" + os.environ["AWS_SECRET_ACCESS_KEY"].encode()
        for part in scope.split("/"):
            key = hmac.new(key, part.encode(), hashlib.sha256).digest()
        text = "\n".join(["AWS4-HMAC-SHA256", moment, scope, hashlib.sha256(canonical.encode()).hexdigest()])
        signature = hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
        credential = f"{os.environ['AWS_ACCESS_KEY_ID']}/{scope}"
        return f"AWS4-HMAC-SHA256 Credential={credential}, SignedHeaders={names}, Signature={signature}"
