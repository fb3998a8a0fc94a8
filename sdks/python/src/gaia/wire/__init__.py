"""The protocol: a table of the messages' fields, and a small codec for protocol buffers."""
