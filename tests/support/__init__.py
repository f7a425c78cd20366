"""What the top-level tests share: a real server, a mail sink, a browser."""
