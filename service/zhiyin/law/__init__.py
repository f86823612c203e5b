"""The law in use: what companies may state (vocabulary), what is asked of it (shapes) and what an outcome means."""
