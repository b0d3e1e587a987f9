"""What each command does, in a child process where files of strangers are read.

``cli`` declares the commands; this room runs them: it asks the gate, the release and the layout,
and hands back what is to be said and with which exit code to end.
"""
