"""Who may send: credentials of devices and gateways, and the broker's files made of them."""
