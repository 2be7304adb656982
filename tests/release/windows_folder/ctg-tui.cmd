@echo off
setlocal
"%~dp0python\python.exe" "%~dp0programme" %*
set code=%errorlevel%
rem A double click closes the window at once: leave the sentence there to be read.
if "%~1"=="" if not "%code%"=="0" pause
exit /b %code%
