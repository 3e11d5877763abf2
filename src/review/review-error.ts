/** The error of the review: what cannot be reviewed, and what to do. It is about assemblies and policies, not about a construct. */
export class ReviewError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ReviewError';
  }
}
