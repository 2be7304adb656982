"""Reading a workbook into texts with addresses, then into notes and comments of a grid; filling one."""
