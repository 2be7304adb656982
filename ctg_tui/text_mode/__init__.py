"""The whole job as plain questions and answers, for a screen reader or a terminal that draws nothing."""
