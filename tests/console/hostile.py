"""A newsroom that means harm: its feeds and pages try to get markup and script into the console."""

import email.utils
import html
import http.server
import threading
import time


class Site:
    SCRIPT = "</script><script>window.injected=1</script>"
    IMAGE = '<img src="x" onerror="window.injected=2">'
    OUTLET = "<b onmouseover='window.injected=3'>Bote</b>"

    def __init__(self):
        site = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                kind, body = site.answer(self.path)
                self.send_response(200 if body else 404)
                self.send_header("content-type", kind)
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.base = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()

    def config(self):
        outlet = self.OUTLET.replace('"', '\\"')
        feeds = ", ".join(
            f'{{ url = "{self.base}/{name}", outlet = "{outlet}", lang = "de", country = "DE", pages = false }}'
            for name in ["feed.xml", "none.xml"])
        return f"""
[kafka]
session_timeout_seconds = 6
delivery_timeout_seconds = 5
max_message_bytes = 20_000
[feeds]
list = [{feeds}]
[fetch]
allow_networks = ["127.0.0.0/8"]
site_gap_milliseconds = 5
[poll]
interval_seconds = 2
min_interval_seconds = 2
max_interval_seconds = 2
max_backoff_seconds = 2
[admin]
listen = "127.0.0.1:0"
[log]
filter = "info"
"""

    def answer(self, path):
        if path == "/feed.xml":
            return "application/rss+xml", self.feed().encode()
        if path == "/none.xml":
            return "text/html", b"<!doctype html><title>No feed</title><p>Nothing here.</p>"
        return "text/plain", b""

    def feed(self):
        long = "<script>window.injected=4</script> " + "Ein langer Satz ohne Belang steht hier. " * 900
        items = [
            (f"Luftangriff auf Sumy: Drei Tote {self.SCRIPT}",
             f"Bei einem Luftangriff auf die ukrainische Stadt Sumy sind am Sonntag drei Menschen getötet worden. {self.IMAGE} "
             f"Das teilte der Gouverneur mit. Elf weitere Menschen wurden verletzt. {self.SCRIPT}",
             "javascript:window.injected=5"),
            (f"Zu lang {self.IMAGE}", long, f"{self.base}/long"),
        ]
        published = email.utils.formatdate(time.time() - 3600, usegmt=True)
        entries = "".join(
            f"<item><title>{html.escape(html.escape(title))}</title><guid isPermaLink='false'>{n}</guid>"
            f"<link>{html.escape(link)}</link><pubDate>{published}</pubDate>"
            f"<content:encoded>{html.escape(html.escape(text))}</content:encoded></item>"
            for n, (title, text, link) in enumerate(items))
        title = html.escape(html.escape(self.SCRIPT))
        return ('<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/">'
                f"<channel><title>{title}</title><link>{self.base}/</link><description>x</description>{entries}</channel></rss>")
