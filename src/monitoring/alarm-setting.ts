/** What a `SecretMonitoring` does with one of its alarms. */
export class AlarmSetting {
  /** The alarm is left out. */
  public static off(): AlarmSetting {
    return new AlarmSetting('off', undefined);
  }

  /**
   * The alarm is one of those that page: besides its message to `messageTopic`, it is part of the composite alarm of its group, which does the `alarmActions`.
   *
   * @param threshold the value from which on it is in alarm; the one of the alarm's documentation when left out
   */
  public static pages(threshold?: number): AlarmSetting {
    return new AlarmSetting('pages', threshold);
  }

  /**
   * The alarm tells those who subscribe to `messageTopic`, and wakes nobody.
   *
   * @param threshold the value from which on it is in alarm; the one of the alarm's documentation when left out
   */
  public static notifies(threshold?: number): AlarmSetting {
    return new AlarmSetting('notifies', threshold);
  }

  private constructor(
    /** @internal */ public readonly _kind: 'off' | 'pages' | 'notifies',
    /** @internal */ public readonly _threshold: number | undefined,
  ) {}
}
