"""Reading a workbook into plain facts with addresses, then into notes and comments of a grid."""
