"""Pure models: DataFrame or arrays in, DataFrame or frozen record out.

No session, clock, network or environment; time and seeds are arguments.
"""
