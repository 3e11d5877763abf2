import { runQuery } from '../../tools/logs-insights';

/**
 * What the documentation of Logs Insights says of each command, so that a query that runs here runs there. The examples are those of
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax-examples.html and of the pages of its commands.
 */

const at = (minute: number) => Date.UTC(2026, 9, 4, 6, minute);
const EVENTS = [
  { timestamp: at(1), message: '{"eventName":"RunInstances","eventSource":"ec2.amazonaws.com","awsRegion":"us-east-1","duration":3000}' },
  { timestamp: at(7), message: 'java.lang.NullPointerException: Exception' },
  { timestamp: at(8), message: '{"eventName":"StopInstances","eventSource":"ec2.amazonaws.com","awsRegion":"us-east-1","duration":1000,"ids":["a","b"]}' },
  { timestamp: at(9), message: 'an exception' },
  { timestamp: at(3), message: '{"eventName":"RunInstances","eventSource":"ec2.amazonaws.com","awsRegion":"eu-west-1","user":{"name":"Mary"},"isRoot":true}' },
];
const run = (query: string) => runQuery(query, EVENTS);

test.each<[string, string, unknown[]]>([
  ['the newest events', 'fields @timestamp | sort @timestamp desc | limit 2', [{ '@timestamp': at(9) }, { '@timestamp': at(8) }]],
  ['without sort, the newest come first', 'fields @timestamp | limit 1', [{ '@timestamp': at(9) }]],
  ['sort is ascending by default', 'fields @timestamp | sort @timestamp | limit 1', [{ '@timestamp': at(1) }]],
  ['like takes the case into account', 'filter @message like /Exception/ | stats count(*) as n', [{ n: 1 }]],
  ['like, whatever the case', 'filter @message like /(?i)exception/ | stats count(*) as n', [{ n: 2 }]],
  ['like with a text, letter for letter', 'filter @message like "java.lang" | stats count(*) as n', [{ n: 1 }]],
  ['=~ is like', 'filter @message =~ /Exception/ | stats count(*) as n', [{ n: 1 }]],
  ['not like', 'filter @message not like /Exception/ | stats count(*) as n', [{ n: 4 }]],
  ['exceptions in 5 minutes', 'filter @message like /(?i)exception/ | stats count(*) as exceptionCount by bin(5m) | sort exceptionCount desc',
    [{ 'exceptionCount': 2, 'bin(5m)': at(5) }]],
  ['the number of events by service, event and region', 'filter ispresent(eventName) | stats count(*) by eventSource, eventName, awsRegion | sort eventName, awsRegion', [
    { 'eventSource': 'ec2.amazonaws.com', 'eventName': 'RunInstances', 'awsRegion': 'eu-west-1', 'count(*)': 1 },
    { 'eventSource': 'ec2.amazonaws.com', 'eventName': 'RunInstances', 'awsRegion': 'us-east-1', 'count(*)': 1 },
    { 'eventSource': 'ec2.amazonaws.com', 'eventName': 'StopInstances', 'awsRegion': 'us-east-1', 'count(*)': 1 },
  ]],
  ['in', 'filter awsRegion in ["eu-west-1", "eu-central-1"] | fields eventName', [{ eventName: 'RunInstances' }]],
  ['not in, which holds of what has no region too', 'filter awsRegion not in ["us-east-1"] | stats count(*) as n', [{ n: 3 }]],
  ['a comparison holds of nothing that is absent', 'filter duration > 0 | stats count(*) as n, sum(duration) as total, max(duration) as longest', [{ n: 2, total: 4000, longest: 3000 }]],
  ['and before or', 'filter eventName = "StopInstances" or eventName = "RunInstances" and awsRegion = "eu-west-1" | stats count(*) as n', [{ n: 2 }]],
  ['parentheses', 'filter (eventName = "StopInstances" or eventName = "RunInstances") and awsRegion = "us-east-1" | stats count(*) as n', [{ n: 2 }]],
  ['the first that is there', 'filter ispresent(eventName) | fields coalesce(user.name, eventName) as who | sort @timestamp', [{ who: 'RunInstances' }, { who: 'Mary' }, { who: 'StopInstances' }]],
  ['a list has its fields by index', 'filter ids.1 = "b" | fields eventName', [{ eventName: 'StopInstances' }]],
  ['a name in backquotes', 'filter `user.name` = "Mary" | fields eventName', [{ eventName: 'RunInstances' }]],
  ['what sorts first and last, and what came first and last',
    'stats sortsFirst(eventName) as first, sortsLast(eventName) as last, earliest(awsRegion) as a, latest(awsRegion) as b', [{ first: 'RunInstances', last: 'StopInstances', a: 'us-east-1', b: 'us-east-1' }]],
  ['display decides what is shown', 'fields eventName | filter ispresent(user.name) | display awsRegion', [{ awsRegion: 'eu-west-1' }]],
  ['a slash in a pattern', String.raw`filter "a/b" like /a\/b/ | stats count(*) as n`, [{ n: 5 }]],
  ['different values', 'stats count_distinct(eventName) as names, avg(duration) as mean', [{ names: 2, mean: 2000 }]],
])('%s', (_, query, rows) => expect(run(query)).toEqual(rows));

test.each([
  ['a command that it does not know', 'dedup eventName', 'there is no command dedup here'],
  ['a function that it does not know', 'fields concat(a, b)', 'there is no function concat here'],
  ['an aggregation that it does not know', 'stats pct(duration, 99)', 'there is no aggregation pct here'],
  ['a sign in the wrong place', 'filter a = = b', 'cannot read the query at: = b'],
  ['a parenthesis that does not end', 'filter (a = 1', 'cannot read the query at: its end'],
  ['an end that is too early', 'filter a =', 'the query ends too early'],
  ['a pattern that ends in the middle', 'filter a like /b/c/', 'cannot read the query at: '],
])('fails on %s', (_, query, message) => expect(() => run(query)).toThrow(message));
