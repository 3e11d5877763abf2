/** What one process knows of one rotation. The value of a version never changes, so one that was read or stored need not be read again. */
export class KnownVersions {
  /** The pending value was seen to work. */
  public tested = false;
  private readonly texts = new Map<string, string>();

  public keep(versionId: string | undefined, text: string): void {
    if (versionId !== undefined) this.texts.set(versionId, text);
  }

  public textOf(versionId: string | undefined): string | undefined {
    return versionId === undefined ? undefined : this.texts.get(versionId);
  }

  /** Whether the value of another version is known. */
  public hasOtherThan(versionId: string): boolean {
    return [...this.texts.keys()].some(known => known !== versionId);
  }
}

/** Lambda gives the steps of a rotation to one process, as a rule: it remembers the rotation that it worked on last, and no other. */
export class RotationMemory {
  private rotation = '';
  private known = new KnownVersions();

  public of(secretId: string, token: string): KnownVersions {
    const rotation = `${secretId} ${token}`;
    if (rotation !== this.rotation) this.known = new KnownVersions();
    this.rotation = rotation;
    return this.known;
  }
}
