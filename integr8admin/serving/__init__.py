"""The ASGI application that runs Django in bounded threads, with limits against slow clients.

`application.Application` is an ASGI application that runs Django's WSGI handler in bounded threads; it keeps its
limits on any ASGI server. `protocol.Protocol` adds what only the server of a connection can do.
docs/decisions/0001-web-server.md says why.
"""
