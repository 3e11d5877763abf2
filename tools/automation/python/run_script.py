"""Runs the handler of a script as aws:executeScript does, but for sleep, which lets time pass at once."""
import json
import sys
import time

given = json.load(sys.stdin)
slept = [0.0]
real_time, real_sleep = time.time, time.sleep


def sleep(seconds):
    slept[0] += seconds
    real_sleep(0.02)


time.time = lambda: real_time() + slept[0]
time.sleep = sleep

scope = {}
exec(compile(given['script'], 'script.py', 'exec'), scope)
try:
    output = scope[given['handler']](given['payload'], {})
except Exception as error:
    json.dump({'error': f'{type(error).__name__}: {error}'}, sys.stdout)
else:
    json.dump({'output': output}, sys.stdout)
