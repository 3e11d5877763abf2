import { reviewOf } from '../../../src/review/document/review-of';

/** Reviews one assembly in a process of its own, and prints what it took. */
const start = performance.now();
const { access } = reviewOf([process.argv[2]]);
const ms = performance.now() - start;
console.log(JSON.stringify({ ms, peakMiB: process.resourceUsage().maxRSS / 1024, accesses: access.length }));
