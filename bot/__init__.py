"""The machine: actions in, cards out. It knows no feature and, outside surfaces/, no platform."""
