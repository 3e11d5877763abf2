"""Runs handlers of scripts as aws:executeScript does, but for sleep, which lets time pass at once.

Each line of the input is a call, and each line of the output its answer. A call runs in a process of its own, so that none sees what
another has left; what all of them import is imported once."""
import json
import os
import sys
import time

import boto3  # noqa: F401, as most scripts do, which takes longer than they do


def sleeping():
    """Time goes on by what was slept, and nobody waits for it."""
    slept = [0.0]
    real_time, real_sleep = time.time, time.sleep

    def sleep(seconds):
        slept[0] += seconds
        real_sleep(0.02)

    time.time = lambda: real_time() + slept[0]
    time.sleep = sleep


def answer(call):
    scope = {}
    exec(compile(call['script'], 'script.py', 'exec'), scope)
    try:
        return {'output': scope[call['handler']](call['payload'], {})}
    except Exception as error:
        return {'error': f'{type(error).__name__}: {error}'}


for line in sys.stdin:
    child = os.fork()
    if child == 0:
        given = json.loads(line)
        os.environ['SERVICES_ENDPOINT'] = given['endpoint']
        sleeping()
        sys.stdout.write(json.dumps(answer(given)) + '\n')
        sys.stdout.flush()
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if status != 0:
        sys.exit(f'a script ended with {status}')
