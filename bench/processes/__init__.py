"""How the processes do: starting up, alarms in bad weather, the reception under load, faults in full."""
