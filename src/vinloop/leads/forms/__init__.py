"""Forms of the leads room's screens: they read what people type; the actions decide."""
