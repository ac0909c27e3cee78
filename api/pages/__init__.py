"""The pages: rendered on the server, in two languages, without a line of JavaScript."""
