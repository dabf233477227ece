"""marshmallow, once for reading, for writing and for `/openapi.json`: `taken` from clients, `sent` to them."""
