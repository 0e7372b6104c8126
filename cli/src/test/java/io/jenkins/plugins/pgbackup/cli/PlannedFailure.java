package io.jenkins.plugins.pgbackup.cli;

import java.util.function.Supplier;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.core.interceptor.SdkExecutionAttribute;

/**
 * Lets one kind of call of the AWS SDK fail with whatever exception. The SDK finds it by the file {@code execution.interceptors},
 * and makes it itself.
 */
public final class PlannedFailure implements ExecutionInterceptor {

    private static volatile String operation = "";
    private static volatile Supplier<RuntimeException> exception;

    /** From now on, until {@link #none}. */
    static void of(String failing, Supplier<RuntimeException> with) {
        exception = with;
        operation = failing;
    }

    static void none() {
        operation = "";
    }

    @Override
    public void beforeExecution(Context.BeforeExecution context, ExecutionAttributes attributes) {
        if (operation.equals(attributes.getAttribute(SdkExecutionAttribute.OPERATION_NAME))) {
            throw exception.get();
        }
    }
}
