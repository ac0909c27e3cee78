"""How the simulated field is reached: MQTT for devices and gateways, Modbus for controllers."""
