"""What an authenticator app does (RFC 6238): codes from a seed."""

import base64
import hashlib
import hmac
import re
import struct
import time

RECOVERY = re.compile(r"\b[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}\b")


class Authenticator:
    """An app with one seed. Each code is good once, so it hands out every step only once as well."""

    def __init__(self, secret):
        self.seed = base64.b32decode(re.sub(r"\s", "", secret))
        self.last = 0

    def _code(self, step):
        digest = hmac.new(self.seed, struct.pack(">Q", step), hashlib.sha1).digest()
        start = digest[-1] & 15
        return f"{(struct.unpack('>I', digest[start:start + 4])[0] & 0x7FFFFFFF) % 1_000_000:06d}"

    def code(self):
        """The code of now or, when that was used, of the next half minute, which is taken too."""
        step = max(int(time.time()) // 30, self.last + 1)
        while step > int(time.time()) // 30 + 1:
            time.sleep(0.5)
        self.last = step
        return self._code(step)

    def wrong(self):
        """Six digits that are the code of no step near now."""
        near = {self._code(int(time.time()) // 30 + shift) for shift in range(-3, 4)}
        return next(text for text in ("000000", "111111", "222222", "333333") if text not in near)


def set_up(page, check=None):
    """Sets the second step up on its page; gives the app and the recovery codes that are shown once."""
    app = Authenticator(page.locator(".factor-secret code").inner_text())
    page.fill("#code", app.code())
    page.locator("form[action='/desk/second-factor'] button[value=confirm], form[action='/desk/second-factor'] .btn-primary").first.click()
    codes = RECOVERY.findall(page.inner_text("main"))
    assert len(codes) == len(set(codes)) == 10, page.inner_text("main")
    return app, codes
