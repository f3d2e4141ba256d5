"""Sessions and the library as files: written, checked and read back. See docs/exchange.md."""
