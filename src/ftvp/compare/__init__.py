"""Every option of serving a scenario, ranked by what it costs."""
