"""The outermost edge: the WSGI view of ``/sparql`` in front of Flask, and granian around both."""
