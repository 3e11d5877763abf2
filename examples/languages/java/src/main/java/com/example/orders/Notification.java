package com.example.orders;

import software.amazon.awscdk.ArnComponents;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.cloudwatch.AlarmActionConfig;
import software.amazon.awscdk.services.cloudwatch.IAlarm;
import software.amazon.awscdk.services.cloudwatch.IAlarmAction;
import software.constructs.Construct;

/** An alarm action of one's own, which the library calls: it sends to a topic of the account by its name. */
final class Notification implements IAlarmAction {
    private final String topicName;

    Notification(final String topicName) {
        this.topicName = topicName;
    }

    @Override
    public AlarmActionConfig bind(final Construct scope, final IAlarm alarm) {
        final ArnComponents topic = ArnComponents.builder().service("sns").resource(topicName).build();
        return AlarmActionConfig.builder().alarmActionArn(Stack.of(scope).formatArn(topic)).build();
    }
}
