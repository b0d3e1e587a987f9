"""One layout for Turtle: what differs between two versions is then what they say.

The order of subjects, predicates and objects is the author's; what carries no meaning (white space,
the spelling of a name, the order of neighbouring prefixes) has one form. Comments stay between the
same two terms.
"""
