"""People, vacancies and villages: one record, lists of them, their states, where values come from."""
