"""How sure an answer is, what would turn it, what is worth finding out: functions of values.

Nothing here knows what a bill is: the calculation passes `net(values)`, the net benefit in USD of
named inputs.
"""
