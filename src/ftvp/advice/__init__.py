"""A scenario, the tables and a day become one result; lenses meet here and nowhere else. Pure."""
